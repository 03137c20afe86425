-- fila_numeros_livres: the numbers that may send now: active, and neither they nor their account
-- nor their company nor everything paused.
create or replace function fila_numeros_livres()
returns setof integer
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    if exists (select 1 from pausas p where p.escopo = 'tudo' and (p.ate is null or p.ate > agora())) then
        return;
    end if;
    return query
    select n.id
    from numeros n
    where n.ativo
      and not exists (
          select 1
          from pausas p
          where (p.ate is null or p.ate > agora())
            and (p.numero_id = n.id or p.conta_id = n.conta_id or p.empresa_id = n.empresa_id));
end
$$;
