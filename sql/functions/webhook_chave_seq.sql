-- webhook_chave_seq: the reserva_seq of a key of ours; of another's, null or any number.
create or replace function webhook_chave_seq(chave text)
returns bigint
language sql immutable parallel safe
as $$
    select case
        when length(chave) between 38 and 55 and translate(substr(chave, 38), '0123456789', '') = ''
        then substr(chave, 38)::bigint end
$$;
