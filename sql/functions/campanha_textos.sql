-- campanha_textos: what a campaign's two bodies are made of: its text as a format() string with its
-- keys, and the keys of its template. Null where it has no such body.
create or replace function campanha_textos(c campanhas, out formato text, out chaves text[], out chaves_modelo text[])
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    select t.formato, t.chaves into formato, chaves from texto_formato(c.mensagem_template) t;
    select m.parametros into chaves_modelo from modelos m where m.id = c.modelo_id;
end
$$;
