-- resposta_read: what an answer means: classe, the regra that decided and its confianca. Structure first, then its
-- words, all messages of the burst together, held against what was asked.
--
-- Beside the classes of resposta_classificar: escolha (a row of a list of ours), volta (wants messages again), midia
-- (nothing in words).
create or replace function resposta_read(r respostas, out classe text, out regra text, out confianca real)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_texto constant text := (
        select string_agg(m.conteudo, E'\n' order by m.recebida_em, m.id)
        from mensagens_recebidas m
        where m.id = any (r.recebidas));
begin
    classe := case
        when r.botao = 'followup_positive' then 'positiva'
        when r.botao = 'followup_negative' then 'negativa'
        when r.botao = 'remarcar' then 'remarcar'
        when r.botao ~ '^horario:[0-9]{1,18}:[0-9]{1,2}$' then 'escolha' end;
    if classe is not null then
        regra := 'botao';
        confianca := 1;
        return;
    end if;
    if resposta_volta(r.cliente_id, v_texto) then
        classe := 'volta';
        regra := 'volta_palavra';
        confianca := 1;
        return;
    end if;
    if v_texto is null then
        classe := 'midia';
        regra := 'sem_palavras';
        confianca := 1;
        return;
    end if;
    select k.classe, k.regra, k.confianca into classe, regra, confianca
    from resposta_classificar(v_texto, resposta_vocabulario(r.pergunta, r.cliente_id, r.recebida_em)) k;
    if r.pergunta = 'falta' and classe not in ('positiva', 'negativa', 'optout', 'optout_duvida', 'numero_errado')
            and (select k.classe from resposta_classificar(v_texto, 'lembrete') k) = 'remarcar' then
        classe := 'positiva'; -- the message offers another time: whoever asks for one says yes
        regra := 'lembrete_remarcar';
    end if;
end
$$;
