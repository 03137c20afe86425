-- regra_origem: the origem of messages that a rule of this gatilho makes.
create or replace function regra_origem(gatilho text)
returns text
language sql immutable parallel safe
as $$
    select case gatilho when 'agendamento' then 'agendamento' when 'proativa' then 'proativa' else 'regra' end
$$;
