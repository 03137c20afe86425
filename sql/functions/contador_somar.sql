-- contador_somar: a counter of the company grows by `quanto`. The caller repeats a deadlock, as always: rows of
-- several companies are written in their order.
create or replace function contador_somar(empresa uuid, nome text, quanto bigint)
returns void
language sql security definer
set search_path = carteiro, pg_temp
as $$
    insert into contadores as k (empresa_id, nome, valor)
    values (contador_somar.empresa, contador_somar.nome, contador_somar.quanto)
    on conflict (empresa_id, nome) do update set valor = k.valor + excluded.valor
$$;
