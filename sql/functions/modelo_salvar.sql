-- modelo_salvar: makes the Meta template of this name and language, or changes it. Returns its row.
--
-- `corpo` holds {placeholders}; `parametros`, when given, must be those in their order. A changed
-- body is a draft again until Meta has approved it (`carteiro modelo publicar`, `sincronizar`).
-- `nomeado`: its parameter_format at Meta is NAMED; a change of it makes a draft too.
-- `situacao` is for a template that exists at Meta already ('aprovado'). Limits: Meta's template
-- guide (body 1024 characters; no placeholder at either end). Raises 22023 naming the argument.
create or replace function modelo_salvar(
    nome text,
    corpo text,
    parametros text[] default null,
    categoria text default null,
    idioma text default null,
    situacao text default null,
    conta text default null,
    empresa text default null,
    nomeado boolean default null)
returns modelos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(modelo_salvar.empresa);
    da_conta contas := conta_resolver(dona, modelo_salvar.conta);
    chaves text[] := (texto_formato(modelo_salvar.corpo)).chaves;
    salvo modelos;
begin
    if modelo_salvar.nome is null or modelo_salvar.nome !~ '^[a-z0-9_]+$' or length(modelo_salvar.nome) > 512 then
        raise exception 'nome: expected 1 to 512 of a-z, 0-9 and _ (Meta''s rule), found "%"', modelo_salvar.nome
            using errcode = '22023';
    end if;
    if btrim(coalesce(modelo_salvar.corpo, '')) = '' or length(modelo_salvar.corpo) > 1024 then
        raise exception 'corpo: expected 1 to 1024 characters, found %', coalesce(length(modelo_salvar.corpo), 0)
            using errcode = '22023';
    end if;
    if modelo_salvar.corpo ~ '^\s*\{[a-z][a-z0-9_]*\}|\{[a-z][a-z0-9_]*\}\s*$' then
        raise exception 'corpo: a placeholder may not be its first or last word (Meta''s rule)' using errcode = '22023';
    end if;
    if modelo_salvar.parametros is not null and modelo_salvar.parametros <> chaves then
        raise exception 'parametros: expected the placeholders of corpo in their order: {%}',
            array_to_string(chaves, ', ') using errcode = '22023';
    end if;
    if modelo_salvar.categoria not in ('marketing', 'utility', 'authentication') then
        raise exception 'categoria: expected marketing, utility or authentication, found "%"', modelo_salvar.categoria
            using errcode = '22023';
    end if;
    if modelo_salvar.idioma !~ '^[a-z]{2,3}(_[A-Z]{2})?$' then
        raise exception 'idioma: expected a code such as pt_BR, found "%"', modelo_salvar.idioma using errcode = '22023';
    end if;
    if modelo_salvar.situacao not in ('rascunho', 'enviado', 'aprovado', 'rejeitado', 'pausado', 'desativado') then
        raise exception 'situacao: expected rascunho, enviado, aprovado, rejeitado, pausado or desativado, found "%"',
            modelo_salvar.situacao using errcode = '22023';
    end if;

    insert into modelos as m (empresa_id, conta_id, nome, idioma, categoria, corpo, parametros, situacao,
        nomeado)
    values (dona, da_conta.id, modelo_salvar.nome, coalesce(modelo_salvar.idioma, 'pt_BR'),
        coalesce(modelo_salvar.categoria, 'utility'), modelo_salvar.corpo, chaves,
        coalesce(modelo_salvar.situacao, 'rascunho'), coalesce(modelo_salvar.nomeado, false))
    on conflict on constraint modelos_unico do update
    set categoria  = coalesce(modelo_salvar.categoria, m.categoria),
        corpo      = excluded.corpo,
        parametros = excluded.parametros,
        situacao   = coalesce(modelo_salvar.situacao,
                         case when m.corpo = excluded.corpo and m.nomeado = coalesce(modelo_salvar.nomeado, m.nomeado)
                             then m.situacao else 'rascunho' end),
        nomeado    = coalesce(modelo_salvar.nomeado, m.nomeado),
        updated_at = agora()
    returning m.* into salvo;
    if modelo_salvar.situacao = 'aprovado' then
        perform webhook_lift(dona, 'modelo', salvo.id, 'dito aprovado por uma pessoa');
    end if;
    return salvo;
end
$$;
grant execute on function modelo_salvar(text, text, text[], text, text, text, text, text, boolean) to carteiro_ops_escrita;
