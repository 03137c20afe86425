-- (jsonb) -> (waba text, token_arquivo text)
select c.waba_id as waba, c.token_arquivo
from contas c
where c.empresa_id = empresa_resolver($1 ->> 'empresa')
order by c.waba_id
