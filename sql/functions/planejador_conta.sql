-- planejador_conta: how many messages a firing of this action at `ocorrencia` would plan for these
-- companies, as things stand; null where that depends on what people do until then. `desde` is the firing
-- before it (null: this one comes next).
create or replace function planejador_conta(acao text, empresas uuid[], ocorrencia timestamptz, desde timestamptz)
returns bigint
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_horas constant interval := case acao when 'lembretes_2h' then '2 hours' end;
begin
    if acao = 'followups' then
        return case when desde is null then (
            select count(*)
            from regras_followup r
            cross join lateral regra_alvos(r) t
            where r.empresa_id = any (empresas) and r.gatilho = 'conversa' and r.ativa) end;
    elsif acao in ('lembretes_24h', 'lembretes_2h') then
        return (
            select count(*)
            from carteiro.empresas e
            cross join lateral (select (ocorrencia at time zone e.fuso)::date as hoje) d
            join agendamentos a on a.empresa_id = e.id
                and a.inicio >= coalesce(ocorrencia + v_horas, (d.hoje + 1)::timestamp at time zone e.fuso)
                and a.inicio < coalesce(ocorrencia + v_horas + interval '1 hour', (d.hoje + 2)::timestamp at time zone e.fuso)
            where e.id = any (planejador_conta.empresas) and a.status in ('agendado', 'confirmado'));
    elsif acao = 'no_shows' then
        return (
            select count(*)
            from carteiro.empresas e
            join regras_followup r on r.empresa_id = e.id and r.nome = 'falta'
            join agendamentos a on a.empresa_id = e.id
            where e.id = any (planejador_conta.empresas)
              and e.marca_presenca
              and r.ativa
              and a.status in ('agendado', 'confirmado')
              and a.inicio between coalesce(desde, agora()) - interval '2 days' and ocorrencia
              and greatest(a.inicio + r.atraso, a.fim) > coalesce(desde, ocorrencia - interval '1 day')
              and greatest(a.inicio + r.atraso, a.fim) <= ocorrencia
              and not exists (select 1 from disparos d where d.alvo_id = a.id and d.regra_id = r.id));
    end if;
    return (
        select count(*)
        from carteiro.empresas e
        cross join lateral proativo_donos(e.id, acao) d
        where e.id = any (planejador_conta.empresas));
end
$$;
