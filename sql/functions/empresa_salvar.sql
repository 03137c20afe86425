-- empresa_salvar: makes the company of this name, or changes it. Returns its row.
--
-- `fuso` is an IANA zone (America/Sao_Paulo when left out at creation); raises 22023 when
-- PostgreSQL knows no such zone. `marca_presenca`: it says who came, so who is neither realizado nor
-- faltou an hour after the time is written to (rule falta).
create or replace function empresa_salvar(nome text, fuso text default null, marca_presenca boolean default null)
returns empresas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    salva empresas;
begin
    if btrim(coalesce(empresa_salvar.nome, '')) = '' then
        raise exception 'nome: expected a name, found nothing' using errcode = '22023';
    end if;
    if empresa_salvar.fuso is not null and not exists (
            select 1 from pg_timezone_names z where z.name = empresa_salvar.fuso) then
        raise exception 'fuso: expected an IANA zone such as America/Sao_Paulo, found "%"', empresa_salvar.fuso
            using errcode = '22023';
    end if;
    insert into empresas as e (nome, fuso, marca_presenca)
    values (btrim(empresa_salvar.nome), coalesce(empresa_salvar.fuso, 'America/Sao_Paulo'),
        coalesce(empresa_salvar.marca_presenca, false))
    on conflict on constraint empresas_nome_unico do update
    set fuso = coalesce(empresa_salvar.fuso, e.fuso),
        marca_presenca = coalesce(empresa_salvar.marca_presenca, e.marca_presenca)
    returning e.* into salva;
    return salva;
end
$$;
grant execute on function empresa_salvar(text, text, boolean) to carteiro_ops_escrita;
