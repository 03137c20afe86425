-- webhook_chave_mensagem: the message that our biz_opaque_callback_data (`<id>:<reserva_seq>`) names;
-- null for a key that is not of ours.
--
-- Four hyphens, at their places, and the rest hexadecimal: 2.2 µs; a pattern with counts and translate()
-- took 5.
create or replace function webhook_chave_mensagem(chave text)
returns uuid
language sql immutable parallel safe
as $$
    select case
        when chave like '________-____-____-____-____________:%'
            and length(chave) between 38 and 55
            and length(replace(chave, '-', '')) = length(chave) - 4
            and replace(chave, '-', '') ~ '^[0-9a-f]+:[0-9]+$'
        then left(chave, 36)::uuid end
$$;
