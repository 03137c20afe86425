-- janela_base: gives the company (null: todas) rows of its own for a purpose, copied from the rows that
-- held until now, and takes these days out of them. Others change the same windows after us.
create or replace function janela_base(dona uuid, proposito text, tirados smallint[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    lock table janelas_envio in share row exclusive mode;
    if not exists (
            select 1 from janelas_envio j
            where j.empresa_id is not distinct from dona and j.proposito = janela_base.proposito) then
        insert into janelas_envio (empresa_id, proposito, dias, inicio, fim, feriados)
        select dona, j.proposito, j.dias, j.inicio, j.fim, j.feriados
        from janelas_envio j
        where j.empresa_id is null and j.proposito = janela_base.proposito;
    end if;
    delete from janelas_envio j
    where j.empresa_id is not distinct from dona and j.proposito = janela_base.proposito and j.dias <@ tirados;
    update janelas_envio j
    set dias = array(select d from unnest(j.dias) d where d <> all (tirados) order by d)
    where j.empresa_id is not distinct from dona and j.proposito = janela_base.proposito and j.dias && tirados;
end
$$;
