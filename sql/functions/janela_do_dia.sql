-- janela_do_dia: the send windows of this day for a company and purpose, in their order; none: closed.
-- A company's rows for a purpose take the place of the rows without company.
create or replace function janela_do_dia(empresa uuid, proposito text, dia date)
returns table (inicio time, fim time)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_dona constant uuid := (
        select j.empresa_id
        from janelas_envio j
        where j.empresa_id = janela_do_dia.empresa and j.proposito = janela_do_dia.proposito
        limit 1);
begin
    return query
    select j.inicio, j.fim
    from janelas_envio j
    where j.empresa_id is not distinct from v_dona
      and j.proposito = janela_do_dia.proposito
      and extract(isodow from janela_do_dia.dia)::smallint = any (j.dias)
      and (j.feriados or not feriado_e(janela_do_dia.dia, janela_do_dia.empresa))
    order by j.inicio, j.fim;
end
$$;
