-- feriado_salvar: a local holiday (state, town, the company's own) of the company (name or id; todas:
-- of all); the same day again gets the new name. Returns its row.
create or replace function feriado_salvar(data date, nome text, empresa text default null)
returns carteiro.feriados
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(feriado_salvar.empresa);
    salvo carteiro.feriados;
begin
    if feriado_salvar.data is null or not isfinite(feriado_salvar.data) then
        raise exception 'data: expected a day such as 2026-07-09' using errcode = '22023';
    end if;
    if btrim(coalesce(feriado_salvar.nome, '')) = '' then
        raise exception 'nome: expected the name of the holiday, found nothing' using errcode = '22023';
    end if;
    insert into carteiro.feriados as f (empresa_id, data, nome)
    values (dona, feriado_salvar.data, btrim(feriado_salvar.nome))
    on conflict on constraint feriados_unico do update
    set nome = excluded.nome
    returning f.* into salvo;
    perform janela_changed(dona, 'feriado_salvar', jsonb_build_object('data', salvo.data, 'nome', salvo.nome));
    return salvo;
end
$$;
grant execute on function feriado_salvar(date, text, text) to carteiro_ops_escrita;
