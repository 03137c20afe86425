-- resposta_vocabulario: the question of resposta_classificar whose words answer this one of respostas.pergunta.
--
-- Where nothing is open for somebody who has an appointment to come, or was reminded of one, "cancelar" may be about
-- that: read as an answer to a doubt, which asks a person and blocks nobody.
create or replace function resposta_vocabulario(pergunta text, cliente_id uuid, em timestamptz)
returns text
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    if resposta_vocabulario.pergunta is not null then
        return case resposta_vocabulario.pergunta when 'falta' then 'pos_servico' else resposta_vocabulario.pergunta end;
    end if;
    return case when exists (
            select 1
            from agendamentos a
            where a.cliente_id = resposta_vocabulario.cliente_id
              and a.inicio > resposta_vocabulario.em - interval '2 hours'
              and a.status in ('agendado', 'confirmado'))
        or exists (
            select 1
            from disparos d
            join regras_followup r on r.id = d.regra_id and r.nome = 'reminder'
            where d.cliente_id = resposta_vocabulario.cliente_id
              and d.status in ('enfileirado', 'enviado')
              and d.quando > resposta_vocabulario.em - interval '3 days') then 'duvida' end;
end
$$;
