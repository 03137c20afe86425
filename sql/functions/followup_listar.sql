-- followup_listar: follow-ups by request, the newest first; with `user_id` of that person, with `status` only
-- those (planejado, enfileirado, enviado, erro, cancelado, pulado, expirado), with `depois` those older than that id.
create or replace function followup_listar(user_id text default null, status text default null,
    limite integer default null, empresa text default null, depois bigint default null)
returns setof followups
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(followup_listar.empresa);
    v_pessoa constant uuid := cliente_resolver(dona, followup_listar.user_id);
begin
    if followup_listar.limite < 1 then
        raise exception 'limite: expected 1 or more, found %', followup_listar.limite using errcode = '22023';
    end if;
    if followup_listar.user_id is not null and v_pessoa is null then
        raise exception 'user_id: the company knows nobody by it' using errcode = '22023';
    end if;
    if followup_listar.status not in ('planejado', 'enfileirado', 'enviado', 'erro', 'cancelado', 'pulado', 'expirado') then
        raise exception 'status: expected planejado, enfileirado, enviado, erro, cancelado, pulado or expirado, found "%"',
            followup_listar.status using errcode = '22023';
    end if;
    return query
    select f.*
    from followups f
    where f.empresa_id = dona
      and (v_pessoa is null or f.user_id = v_pessoa)
      and (followup_listar.status is null or f.status = followup_listar.status)
      and (followup_listar.depois is null or f.id < followup_listar.depois)
    order by f.id desc
    limit coalesce(followup_listar.limite, 50);
end
$$;
grant execute on function followup_listar(text, text, integer, text, bigint) to carteiro_ops_leitura, carteiro_ops_escrita;
