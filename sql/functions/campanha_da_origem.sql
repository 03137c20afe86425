-- campanha_da_origem: the campaign that a message's origem_id names; null when it names none (a
-- row that a person wrote may say anything).
create or replace function campanha_da_origem(origem_id text)
returns uuid
language sql immutable parallel safe
as $$
    select case when origem_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then origem_id::uuid end
$$;
