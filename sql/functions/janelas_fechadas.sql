-- janelas_fechadas: of these companies, purposes and zones (element i of each; zone '' is the company's)
-- those whose send window is closed now, how long until it opens, and that as a reason. Called by
-- fila_claim_hours with what it does not know to be open.
--
-- What is found open is kept in the session, for a second and never past the minute: windows begin and
-- end with one (carteiro.janelas_abertas: since, until, then the keys). A claim of 30 rows would pay
-- 4 % for asking each time.
create or replace function janelas_fechadas(empresas uuid[], propositos text[], fusos text[], abertas text[])
returns table (empresa_id uuid, proposito text, fuso text, espera interval, motivo text)
language plpgsql strict rows 5
as $$
declare
    v_agora constant timestamptz := agora();
    v_ate constant timestamptz := least(v_agora + interval '1 second', date_trunc('minute', v_agora) + interval '1 minute');
    v_novas text[];
    v_abre timestamptz;
    vez record;
begin
    for vez in
        select u.* from unnest(empresas, propositos, fusos) as u (empresa, proposito, fuso)
    loop
        if janela_aberta(vez.empresa, vez.proposito, nullif(vez.fuso, ''), v_agora) then
            v_novas := v_novas || janela_chave(vez.empresa, vez.proposito, vez.fuso);
            continue;
        end if;
        v_abre := janela_proxima(vez.empresa, vez.proposito, nullif(vez.fuso, ''), v_agora);
        empresa_id := vez.empresa;
        proposito := vez.proposito;
        fuso := vez.fuso;
        espera := make_interval(secs => coalesce(extract(epoch from v_abre - v_agora), 86400)::double precision);
        motivo := format('fora da janela de envio (%s)', vez.proposito) || coalesce(' até '
            || to_char(v_abre at time zone fuso_valido(nullif(vez.fuso, ''), vez.empresa), 'DD/MM HH24:MI'),
            ': nenhuma abre no próximo ano');
        return next;
    end loop;
    if v_novas is not null and cardinality(abertas) + cardinality(v_novas) <= 66 then
        perform set_config('carteiro.janelas_abertas',
            (case when abertas[1] is null then array[v_agora::text, v_ate::text] else abertas end || v_novas)::text, false);
    end if;
end
$$;
