-- resposta_classificar: what a text answers to the open question `pergunta` (pos_servico, lembrete,
-- duvida; null: none is open). Returns classe, the regra that decided and its confianca (0 to 1).
--
-- classe: positiva, negativa, feedback (pos_servico, duvida); confirmar, cancelar, remarcar (lembrete);
-- pergunta, numero_errado, automatica; optout (blocks), optout_duvida (stops automation, asks a
-- person); incerta (a person decides), also for a question that is not known here.
create or replace function resposta_classificar(texto text, pergunta text default null)
returns table (classe text, regra text, confianca real)
language plpgsql immutable parallel safe
set search_path = carteiro, pg_temp
as $$
declare
    v_texto constant text := coalesce(resposta_normalizar(texto), '');
begin
    if v_texto = '' then
        return query select 'incerta', 'sem_palavras', 0::real;
        return;
    end if;
    return query
    select p.classe, p.regra, p.confianca
    from resposta_padroes() p
    where (p.perguntas is null
           or p.perguntas = '{}' and pergunta is null
           or pergunta = any (p.perguntas))
      and (p.interroga is null or p.interroga = (texto ~ '[?？]'))
      and v_texto ~ p.padrao
    order by p.ordem
    limit 1;
    if not found then
        return query select 'incerta', 'nada_reconhecido', 0::real;
    end if;
end
$$;
grant execute on function resposta_classificar(text, text) to public;
