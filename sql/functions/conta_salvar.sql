-- conta_salvar: makes the WhatsApp Business account (WABA) of this id, or changes it.
--
-- `token_arquivo` and `segredo_arquivo` are bare file names inside secrets.dir: a path would let
-- ops read any file out through a header. `portfolio` is Meta's business portfolio id; accounts
-- that name the same one share its reach, and so its rate buckets: it must be the company's own.
-- `alcance_limite` is how many people the portfolio may write to outside the 24 h window in 24 hours
-- (0: no limit). Raises 22023 naming the argument.
create or replace function conta_salvar(
    waba_id text,
    token_arquivo text default null,
    segredo_arquivo text default null,
    app_id text default null,
    portfolio text default null,
    empresa text default null,
    alcance_limite integer default null)
returns contas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(conta_salvar.empresa);
    atual contas;
    salva contas;
    grupo bigint;
    dono uuid;
begin
    if conta_salvar.waba_id is null or conta_salvar.waba_id !~ '^[0-9]{5,20}$' then
        raise exception 'waba_id: expected 5 to 20 digits' using errcode = '22023';
    end if;
    if conta_salvar.token_arquivo !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' then
        raise exception 'token_arquivo: expected a bare file name inside secrets.dir, without a path'
            using errcode = '22023';
    end if;
    if conta_salvar.segredo_arquivo !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' then
        raise exception 'segredo_arquivo: expected a bare file name inside secrets.dir, without a path'
            using errcode = '22023';
    end if;
    if conta_salvar.app_id !~ '^[0-9]{5,20}$' then
        raise exception 'app_id: expected 5 to 20 digits' using errcode = '22023';
    end if;

    if conta_salvar.alcance_limite < 0 then
        raise exception 'alcance_limite: expected how many people in 24 h, or 0 for no limit, found %',
            conta_salvar.alcance_limite using errcode = '22023';
    end if;

    select c.* into atual from contas c where c.waba_id = conta_salvar.waba_id;
    if atual.id is null and conta_salvar.token_arquivo is null then
        raise exception 'token_arquivo: a new account needs one (a bare file name inside secrets.dir)'
            using errcode = '22023';
    end if;
    if atual.empresa_id <> dona then
        raise exception 'waba_id: this account belongs to another company' using errcode = '22023';
    end if;

    if conta_salvar.portfolio is not null then
        insert into portfolios as p (empresa_id, identificador)
        values (dona, conta_salvar.portfolio)
        on conflict on constraint portfolios_identificador_unico do update set identificador = excluded.identificador
        returning p.id, p.empresa_id into grupo, dono;
        if dono <> dona then
            raise exception 'portfolio: it belongs to another company; an account may only be in a portfolio of its own company, because all numbers of a portfolio share its reach'
                using errcode = '22023';
        end if;
    elsif atual.id is null then
        insert into portfolios (empresa_id) values (dona) returning id into grupo;
    end if;

    if conta_salvar.alcance_limite is not null then
        update portfolios p
        set alcance_limite = nullif(conta_salvar.alcance_limite, 0)
        where p.id = coalesce(grupo, atual.portfolio_id);
    end if;

    insert into contas as c (empresa_id, portfolio_id, waba_id, app_id, token_arquivo, segredo_arquivo)
    values (dona, coalesce(grupo, atual.portfolio_id), conta_salvar.waba_id, conta_salvar.app_id,
        coalesce(conta_salvar.token_arquivo, atual.token_arquivo), conta_salvar.segredo_arquivo)
    on conflict on constraint contas_waba_unica do update
    set portfolio_id    = excluded.portfolio_id,
        app_id          = coalesce(excluded.app_id, c.app_id),
        token_arquivo   = excluded.token_arquivo,
        segredo_arquivo = coalesce(excluded.segredo_arquivo, c.segredo_arquivo)
    returning c.* into salva;
    return salva;
end
$$;
grant execute on function conta_salvar(text, text, text, text, text, text, integer) to carteiro_ops_escrita;
