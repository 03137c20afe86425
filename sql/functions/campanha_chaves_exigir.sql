-- campanha_chaves_exigir: refuses a text whose {placeholders} nobody in the company has.
--
-- Known are nome, especialidade, the keys of the campaign's metadata and those in the metadata of
-- any cliente of the company. Whatever stands between braces counts as one: a {Nome} that went out
-- as it is would be seen by everybody. Raises 22023 that names `argumento` and the placeholder.
create or replace function campanha_chaves_exigir(argumento text, dona uuid, texto text, metadata jsonb)
returns void
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    chave text;
begin
    for chave in
        select distinct (regexp_matches(texto, '\{([^{}]*[^{}\s][^{}]*)\}', 'g'))[1]
    loop
        if chave !~ '^[a-z][a-z0-9_]*$' then
            raise exception '%: unknown placeholder {%}', argumento, chave
                using errcode = '22023', hint = 'A placeholder is made of a-z, 0-9 and _, beginning with a letter.';
        end if;
        if not (chave in ('nome', 'especialidade', 'saudacao')
                or chave in ('hoje', 'hora') and campanha_chaves_exigir.metadata ? 'data'
                or campanha_chaves_exigir.metadata ? chave
                or exists (select 1 from clientes c where c.empresa_id = dona and c.metadata ? chave)) then
            raise exception '%: unknown placeholder {%}', argumento, chave
                using errcode = '22023',
                      hint = 'Known: {nome}, {especialidade}, {saudacao}, keys of metadata, keys of clientes.metadata; with data in metadata {hoje} and {hora}.';
        end if;
    end loop;
end
$$;
