-- fator_agora: what throttling leaves of a rate now: `fator` at `em`, recovering 0.02 a second up to 1
-- (`em` null: 1).
create or replace function fator_agora(fator double precision, em timestamptz)
returns double precision
language sql stable
set search_path = carteiro, pg_temp
as $$
    select case
        when em is null then 1
        else least(1, fator + 0.02 * greatest(0, extract(epoch from agora() - em)::double precision)) end
$$;
