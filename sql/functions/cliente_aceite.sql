-- cliente_aceite: a cell of consent (or several, separated by |) as 1 yes, -1 no, null for
-- empty or not understood. A no beside a yes is a no.
create or replace function cliente_aceite(texto text)
returns smallint
language sql immutable parallel safe
as $$
    select case
        when v.t is null or v.t = '' then null  -- most cells need no pattern
        when v.t in ('sim', 's') then 1::smallint
        when v.t in ('não', 'nao', 'n') then -1::smallint
        when v.t ~ '(^|\|)\s*(n|nao|não|no|nope|false|falso|0|off|f|recusou|recusa|nunca|negado|nao aceita|não aceita|nao aceito|não aceito|nao autoriza|não autoriza|nao autorizo|não autorizo)\s*[.!]?\s*(\||$)'
            then -1::smallint
        when v.t ~ '(^|\|)\s*(s|sim|y|yes|true|verdadeiro|1|on|v|x|ok|aceito|aceita|aceitou|autorizo|autoriza|autorizado|autorizada)\s*[.!]?\s*(\||$)'
            then 1::smallint
    end
    from (select carteiro.nome_minusculas(texto)) v (t)
$$;
grant execute on function cliente_aceite(text) to public;
