-- planejador_agendas: the firings of schedules to come until `ate` that would write something, or may, for
-- planejador_simular: a company's, or (null) all. At most 1,000 of each schedule are looked at. Campaigns are shown by themselves, not as the minutes that
-- look for them. Of missed runs those that will be made up for, now.
create or replace function planejador_agendas(ate timestamptz, dona uuid)
returns table (quando timestamptz, nome text, empresa text, quantos bigint, observacao text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendas;
    v_ids uuid[];
    v_nomes text[];
    v_antes timestamptz;
    v_vez timestamptz;
begin
    for a in
        select k.*
        from agendas k
        where k.proxima_em <= planejador_agendas.ate and k.acao <> 'campanhas'
        order by k.id
    loop
        select array_agg(e.id), array_agg(e.nome) into v_ids, v_nomes
        from agenda_empresas(a) e
        where dona is null or e.id = dona;
        continue when v_ids is null;
        v_antes := null;
        v_vez := (select coalesce(p.vez, p.proxima) from agenda_plan(a) p); -- of missed runs what the policy leaves
        for i in 1 .. 1000 loop
            exit when v_vez is null or v_vez > planejador_agendas.ate;
            quando := greatest(v_vez, agora());
            nome := a.nome;
            empresa := case when cardinality(v_ids) = 1 then v_nomes[1] end;
            quantos := planejador_conta(a.acao, v_ids, v_vez, v_antes);
            observacao := concat_ws('; ', case when a.acao = any (proativo_tipos()) then 'no máximo: só se houver o que dizer' end,
                case when quantos is null then 'depende das respostas até lá' end,
                case when cardinality(v_ids) > 1 then cardinality(v_ids) || ' empresas' end);
            if quantos > 0 or quantos is null then
                return next;
            end if;
            v_antes := v_vez;
            v_vez := cron_next(a.cron, a.fuso, v_vez);
        end loop;
    end loop;
end
$$;
