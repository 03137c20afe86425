-- proativo_inativos: customers without contact for more than 30 days: no message either way, no
-- appointment held or to come; those who used to talk most come first.
create or replace function proativo_inativos(empresa uuid, em timestamptz)
returns table (cliente_id uuid, nome text, telefone text, desde date, is_cadastro boolean, lugar bigint, total bigint)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_fuso constant text := (select e.fuso from empresas e where e.id = proativo_inativos.empresa);
    v_limite constant timestamptz := proativo_inativos.em - interval '30 days';
begin
    return query
    select c.id, c.nome, c.telefone,
        (coalesce(c.ultimo_contato_em, c.created_at) at time zone v_fuso)::date, c.ultimo_contato_em is null,
        row_number() over (order by c.total_interacoes desc, coalesce(c.ultimo_contato_em, c.created_at) desc, c.id),
        count(*) over ()
    from clientes c
    where c.empresa_id = proativo_inativos.empresa
      and c.status = 'ativo'
      and not c.interno
      and c.telefone is not null
      and coalesce(c.ultimo_contato_em, c.created_at) < v_limite
      and not exists (
          select 1
          from agendamentos a
          where a.cliente_id = c.id and a.inicio >= v_limite and a.status not in ('cancelado', 'faltou'))
    order by 6;
end
$$;
