-- proativo_limite: until when a message of this type that belongs to `em` is worth sending: what speaks of
-- today or tomorrow until the end of the company's day, the others a day long.
create or replace function proativo_limite(tipo text, empresa uuid, em timestamptz)
returns timestamptz
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select case when tipo in ('birthdays', 'low_occupancy')
        then ((em at time zone e.fuso)::date + 1)::timestamp at time zone e.fuso
        else em + interval '1 day' end
    from empresas e
    where e.id = empresa
$$;
