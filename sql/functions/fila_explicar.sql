-- fila_explicar: why a message waits, or what became of it: its status, the rule that decides (`regra`), in
-- words (`motivo`), until when (`ate`), behind how many, when it should leave (`previsao`), and the story
-- of its attempts (`historia`).
--
-- The rules are looked at in the order in which the claim meets them, and as they stand now: what a row
-- was put back for (espera_motivo) counts only while its wait is not over. `previsao` is what the
-- number's rate makes of the messages before it; null where nobody can know. Raises P0002 for an id that
-- no message has.
create or replace function fila_explicar(id uuid)
returns table (status text, regra text, motivo text, ate timestamptz, atras_de bigint, previsao timestamptz,
    tipo text, proposito text, agendar_para timestamptz, valido_ate timestamptz, tentativas integer, historia jsonb)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_agora constant timestamptz := agora();
    f fila_mensagens;
    v record;
begin
    select x.* into f from fila_mensagens x where x.id = fila_explicar.id;
    if f.id is null then
        raise exception 'id: there is no message %', coalesce(fila_explicar.id::text, '(nothing given)') using errcode = 'P0002';
    end if;
    status := f.status;
    tipo := f.tipo;
    proposito := fila_proposito(f.tipo, f.origem, (select x.proposito from faixas x where x.id = f.faixa and x.id <> 0));
    agendar_para := f.agendar_para;
    valido_ate := f.valido_ate;
    tentativas := f.tentativas;
    historia := coalesce((
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('em', t.em, 'desfecho', t.desfecho, 'classe', t.classe,
            'codigo', t.codigo, 'erro', t.erro)) order by t.em, t.id)
        from tentativas t
        where t.mensagem_id = f.id), '[]');

    select e.* into v from fila_explicar_regra(f, fila_explicar.proposito, v_agora) e;
    regra := v.regra;
    motivo := v.motivo;
    ate := v.ate;
    if f.status = 'pendente' then
        select r.atras_de, r.previsao into atras_de, previsao
        from fila_explicar_vez(f, greatest(coalesce(v.ate, v_agora), f.agendar_para, v_agora)) r;
        if v.is_sem_fim then
            previsao := null;
        elsif regra = 'vez' and atras_de > 0 then
            regra := 'taxa';
            motivo := format('espera a vez: %s antes dela no ritmo do número', formato_contagem(atras_de, 'mensagem', 'mensagens'));
            ate := previsao;
        end if;
        if previsao >= f.valido_ate then
            motivo := motivo || format('; vence antes, em %s, e então termina como expirada',
                to_char(f.valido_ate at time zone (select e.fuso from empresas e where e.id = f.empresa_id), 'DD/MM HH24:MI'));
            previsao := null;
        end if;
    end if;
    return next;
end
$$;
grant execute on function fila_explicar(uuid) to carteiro_ops_leitura, carteiro_ops_escrita;
