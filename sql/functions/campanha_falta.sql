-- campanha_falta: the first of these placeholders that this person has no value for; null when
-- every one has. Of most texts {nome} is the only one: that is answered without a call. Written so
-- that the planner can inline it.
create or replace function campanha_falta(pessoa clientes, extra jsonb, chaves text[])
returns text
language sql immutable parallel safe
as $$
    select case when chaves = '{nome}' then case when btrim(pessoa.primeiro_nome) = '' then 'nome' end
        else carteiro.campanha_falta_each(pessoa, extra, chaves) end
$$;
