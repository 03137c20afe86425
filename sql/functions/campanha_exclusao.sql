-- campanha_exclusao: why a campaign leaves this person out; null when it does not.
--
-- The one place that decides it, for the preview, the frozen list and the queue. In this order:
-- optout, sem_telefone, sem_consentimento, sem_<chave> (a placeholder of the body that will go has
-- no value), fora_da_janela_sem_modelo. The body that will go: the text while the 24 h window is
-- open (`aberta`), else the template; `chaves` and `chaves_modelo` are their placeholders, null
-- where there is no such body. Every argument that is dear to compute stands here once, so that
-- the planner can inline it.
create or replace function campanha_exclusao(
    pessoa clientes, extra jsonb, aberta boolean, chaves text[], chaves_modelo text[])
returns text
language sql immutable parallel safe
as $$
    select coalesce(
        case
            when pessoa.status = 'optout' then 'optout'
            when pessoa.telefone is null then 'sem_telefone'
            when not pessoa.marketing_permitido then 'sem_consentimento'
        end,
        'sem_' || carteiro.campanha_falta(pessoa, extra,
            case when chaves_modelo is null or (aberta and chaves is not null) then chaves else chaves_modelo end),
        case when chaves_modelo is null and aberta is not true then 'fora_da_janela_sem_modelo' end)
$$;
