-- frequencia_espera: how long this person gets no more messages of this purpose, and why: until the first
-- day after `hoje` (the company's) on which every limit has room again, when the window opens.
create or replace function frequencia_espera(empresa uuid, pessoa uuid, proposito text, hoje date,
    out espera interval, out motivo text)
language plpgsql stable
as $$
declare
    v_agora constant timestamptz := agora();
    v_fuso constant text := (select e.fuso from carteiro.empresas e where e.id = frequencia_espera.empresa);
    v_da_pessoa constant text := fuso_valido((select c.fuso from carteiro.clientes c where c.id = pessoa), frequencia_espera.empresa);
    v_dia date;
    v_limite text;
    v_abre timestamptz;
begin
    -- by limit its first day with room; the latest of these is the person's
    select d.dia, format('%s em %s %s', l.maximo, l.dias, case l.dias when 1 then 'dia' else 'dias' end)
    into v_dia, v_limite
    from frequencia_limites(frequencia_espera.empresa, frequencia_espera.proposito) l
    cross join lateral (
        select min(hoje + i) as dia
        from generate_series(1, l.dias) i
        where (select coalesce(sum(t.quantos), 0)
               from carteiro.toques t
               where t.cliente_id = pessoa and t.proposito = frequencia_espera.proposito
                 and t.dia > hoje + i - l.dias and t.dia <= hoje) < l.maximo) as d
    where (select coalesce(sum(t.quantos), 0)
           from carteiro.toques t
           where t.cliente_id = pessoa and t.proposito = frequencia_espera.proposito
             and t.dia > hoje - l.dias and t.dia <= hoje) >= l.maximo
    order by d.dia desc, l.dias desc
    limit 1;
    if v_dia is null then -- room by now: somebody gave a place back meanwhile
        v_dia := hoje + 1;
    end if;
    v_abre := coalesce(janela_proxima(frequencia_espera.empresa, frequencia_espera.proposito, v_da_pessoa,
        v_dia::timestamp at time zone v_fuso), v_dia::timestamp at time zone v_fuso);
    espera := make_interval(secs => extract(epoch from v_abre - v_agora)::double precision);
    motivo := 'limite de frequência' || coalesce(' (' || v_limite || ')', '') || ' até '
        || to_char(v_abre at time zone v_da_pessoa, 'DD/MM HH24:MI');
end
$$;
