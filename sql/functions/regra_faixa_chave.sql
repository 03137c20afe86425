-- regra_faixa_chave: whose lane a rule's messages take: its own; those for owners the company's.
create or replace function regra_faixa_chave(regra regras_followup)
returns text
language sql immutable parallel safe
as $$
    select case regra.gatilho when 'proativa' then regra.empresa_id::text else regra.id::text end
$$;
