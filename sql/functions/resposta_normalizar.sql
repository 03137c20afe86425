-- resposta_normalizar: what a person typed, as words that can be compared: lower case, without accents,
-- punctuation and laughter, letters drawn out made one ("siiim"), short forms of chats written out
-- ("n", "vc", "obg"), emoji of one meaning as words (emojisim, emojinao). One space between words and
-- one at each end, so that ' sair ' is a word. '' when nothing is left.
create or replace function resposta_normalizar(texto text)
returns text
language plpgsql immutable strict parallel safe
set search_path = carteiro, pg_temp
as $$
declare
    v text := lower(left(texto, 4096));
    palavras text[];
begin
    -- before marks are taken away: what is drawn over a letter and what chooses an emoji's colour
    v := regexp_replace(v, '[👍👏😍🥰❤💚💙💛🧡💜🙌✅☑✔👌😊😄😃🤩💪🤗]', ' emojisim ', 'g');
    v := regexp_replace(v, '[👎😡😠🤬💔❌✖😤🤮🚫]', ' emojinao ', 'g');
    v := regexp_replace(normalize(v, nfd), '[\u0300-\u036f]', '', 'g');
    v := regexp_replace(v, '[^a-z0-9]+', ' ', 'g');
    v := regexp_replace(v, '([a-z])\1{2,}', '\1', 'g');
    palavras := array(
        select coalesce(f.inteira, p.palavra)
        from regexp_split_to_table(btrim(v), ' ') with ordinality as p (palavra, n)
        left join (values
            ('n', 'nao'), ('nn', 'nao'), ('naum', 'nao'), ('nop', 'nao'), ('nao', 'nao'), ('num', 'nao'),
            ('ss', 'sim'), ('sm', 'sim'), ('simm', 'sim'), ('sin', 'sim'), ('yes', 'sim'), ('aham', 'sim'), ('uhum', 'sim'),
            ('vc', 'voce'), ('vcs', 'voces'), ('tb', 'tambem'), ('tbm', 'tambem'), ('blz', 'beleza'), ('bls', 'beleza'),
            ('obg', 'obrigado'), ('obgd', 'obrigado'), ('obrigada', 'obrigado'), ('obrigadao', 'obrigado'),
            ('brigado', 'obrigado'), ('brigada', 'obrigado'), ('grato', 'obrigado'), ('grata', 'obrigado'),
            ('vlw', 'valeu'), ('pq', 'porque'), ('hj', 'hoje'), ('amnh', 'amanha'), ('td', 'tudo'), ('mto', 'muito'),
            ('mt', 'muito'), ('mta', 'muita'), ('msg', 'mensagem'), ('msgs', 'mensagens'), ('mensagen', 'mensagem'),
            ('msn', 'mensagem'), ('q', 'que'), ('qd', 'quando'), ('qdo', 'quando'), ('qto', 'quanto'), ('qnt', 'quanto'),
            ('qnto', 'quanto'), ('pf', 'por favor'), ('pfv', 'por favor'), ('pfvr', 'por favor'), ('okay', 'ok'),
            ('oks', 'ok'), ('okk', 'ok'), ('ta', 'esta'), ('to', 'estou'), ('tou', 'estou'), ('eh', 'e'), ('ne', 'nao e'),
            ('zap', 'whatsapp'), ('zapzap', 'whatsapp'), ('wpp', 'whatsapp'), ('whats', 'whatsapp'),
            ('dr', 'doutor'), ('dra', 'doutora'), ('att', 'atenciosamente')
        ) as f (curta, inteira) on f.curta = p.palavra
        where p.palavra <> ''
          and p.palavra !~ '^(k+|(rs)+r?|(ha)+h?|(he)+h?|(hi)+|(hua|hue|ash|ksk)+[a-z]*|a(ha)+h?)$'
        order by p.n);
    if cardinality(palavras) = 0 then
        return '';
    end if;
    if palavras = '{s}' then
        return ' sim ';
    end if;
    return ' ' || array_to_string(palavras, ' ') || ' ';
end
$$;
grant execute on function resposta_normalizar(text) to public;
