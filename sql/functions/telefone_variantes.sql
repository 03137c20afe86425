-- telefone_variantes: the other forms under which the same mobile may be known: without the
-- ninth digit, or with it. Takes E.164 and leaves the form given out; empty for fixed lines,
-- foreign numbers and mobiles that never had eight digits (11 91 to 11 95).
--
-- For searching only. WhatsApp's own form is learnt from its answers, never computed.
create or replace function telefone_variantes(telefone text)
returns text[]
language sql
immutable
parallel safe
as $$
    select case
        when telefone ~ '^\+55[0-9]{2}9[6-9][0-9]{7}$' then array[substr(telefone, 1, 5) || substr(telefone, 7)]
        when telefone ~ '^\+55[0-9]{2}[6-9][0-9]{7}$' then array[substr(telefone, 1, 5) || '9' || substr(telefone, 6)]
        else '{}'::text[]
    end;
$$;
grant execute on function telefone_variantes(text) to public;
