-- conversa_listar: the company's active conversations, the newest first; with `controlada_por` (ai, humano)
-- and `etapa` only those.
create or replace function conversa_listar(controlada_por text default null, etapa text default null,
    limite integer default null, empresa text default null)
returns setof conversas
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(conversa_listar.empresa);
begin
    if conversa_listar.limite < 1 then
        raise exception 'limite: expected 1 or more, found %', conversa_listar.limite using errcode = '22023';
    end if;
    if conversa_listar.controlada_por not in ('ai', 'humano') then
        raise exception 'controlada_por: expected ai or humano, found "%"', conversa_listar.controlada_por
            using errcode = '22023';
    end if;
    if conversa_listar.etapa not in ('primeiro_contato', 'interesse', 'oferta') then
        raise exception 'etapa: expected primeiro_contato, interesse or oferta, found "%"', conversa_listar.etapa
            using errcode = '22023';
    end if;
    return query
    select cv.*
    from conversas cv
    where cv.empresa_id = dona
      and cv.status = 'ativa'
      and (conversa_listar.controlada_por is null or cv.controlada_por = conversa_listar.controlada_por)
      and (conversa_listar.etapa is null or cv.etapa = conversa_listar.etapa)
    order by cv.ultima_interacao_em desc nulls last, cv.id
    limit coalesce(conversa_listar.limite, 50);
end
$$;
grant execute on function conversa_listar(text, text, integer, text) to carteiro_ops_leitura, carteiro_ops_escrita;
