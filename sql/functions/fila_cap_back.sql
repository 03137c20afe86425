-- fila_cap_back: gives back places of toques, one for each message (element i of each array), in the order
-- in which they are locked. Called where an attempt is given back.
create or replace function fila_cap_back(pessoas uuid[], tipos text[], origens text[], faixas integer[], dias date[])
returns void
language plpgsql
as $$
begin
    perform 1
    from carteiro.toques t
    where t.cliente_id = any (pessoas) and t.dia = any (dias)
    order by t.cliente_id, t.proposito, t.dia
    for update;
    update carteiro.toques t
    set quantos = greatest(t.quantos - d.quantos, 0)
    from (select u.pessoa, fila_proposito(u.tipo, u.origem, x.proposito) as proposito, u.dia, count(*) as quantos
          from unnest(pessoas, tipos, origens, fila_cap_back.faixas, dias) as u (pessoa, tipo, origem, faixa, dia)
          left join carteiro.faixas x on x.id = u.faixa and x.id <> 0
          group by 1, 2, 3) as d
    where t.cliente_id = d.pessoa and t.proposito = d.proposito and t.dia = d.dia;
end
$$;
