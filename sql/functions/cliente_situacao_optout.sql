-- cliente_situacao_optout: whether a cell of status (or several, separated by |) says that the
-- person is not to be written to. Inactive customers are not opted out.
create or replace function cliente_situacao_optout(texto text)
returns boolean
language sql immutable parallel safe
as $$
    select texto is not null
        and texto not in ('', 'ativo')  -- most cells need no pattern
        and carteiro.nome_minusculas(texto) ~ ('(^|\|)\s*(opt[ _-]?out|optou por sair|descadastrad[oa]|descadastrar'
            '|bloquead[oa]|n[aã]o perturbe?|n[aã]o contatar|n[aã]o enviar|unsubscribed?|stop|sair|saiu|removid[oa])'
            '\s*[.!]?\s*(\||$)')
$$;
grant execute on function cliente_situacao_optout(text) to public;
