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
    p record;
    v_texto constant text := coalesce(resposta_normalizar(texto), '');
begin
    if v_texto = '' then
        return query select 'incerta', 'sem_palavras', 0::real;
        return;
    end if;
    -- a session keeps few compiled patterns (32) and a text matches few of them: first four of a kind together, as
    -- one pattern, then one by one where that matched. One by one from the start took ten times as long.
    for p in
        with padrao as materialized (
            select x.*, concat(x.perguntas, x.interroga) as tipo,
                (row_number() over (partition by x.perguntas, x.interroga order by x.ordem) - 1) / 4 as bloco
            from resposta_padroes() x
        ), bloco as materialized (
            select k.tipo, k.bloco
            from (select x.tipo, x.bloco, string_agg('(?:' || x.padrao || ')', '|' order by x.ordem) as padrao
                  from padrao x
                  where (x.perguntas is null
                         or x.perguntas = '{}' and pergunta is null
                         or pergunta = any (x.perguntas))
                    and (x.interroga is null or x.interroga = (texto ~ '[?？]'))
                  group by x.tipo, x.bloco) as k
            where v_texto ~ k.padrao
        )
        select x.classe, x.regra, x.confianca, x.padrao
        from padrao x
        join bloco b on b.tipo = x.tipo and b.bloco = x.bloco
        order by x.ordem
    loop
        if v_texto ~ p.padrao then
            return query select p.classe, p.regra, p.confianca;
            return;
        end if;
    end loop;
    return query select 'incerta', 'nada_reconhecido', 0::real;
end
$$;
grant execute on function resposta_classificar(text, text) to public;
