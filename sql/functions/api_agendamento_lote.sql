-- api_agendamento_lote: POST /agendamentos/lote: each row by itself: a wrong one does not stop the others.
-- {salvos, erros [{linha, campo, detail}], agendamentos [...]}, rows counted from 1, at most 1,000.
create or replace function api_agendamento_lote(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_esquema constant jsonb := (
        select api_esquema(r.corpo) from api_rotas() r where r.funcao = 'api_agendamento_salvar');
    v_item jsonb;
    v_linha integer := 0;
    v_salvos jsonb := '[]';
    v_erros jsonb := '[]';
    v_estado text;
    v_frase text;
begin
    if jsonb_array_length(c -> 'agendamentos') > 1000 then
        raise exception 'agendamentos: expected at most 1000, found %', jsonb_array_length(c -> 'agendamentos')
            using errcode = '22023';
    end if;
    for v_item in select x from jsonb_array_elements(c -> 'agendamentos') x loop
        v_linha := v_linha + 1;
        begin
            perform api_validate(v_esquema, v_item);
            v_salvos := v_salvos || api_agendamento_salvar(p, v_item);
        exception when others then
            get stacked diagnostics v_estado = returned_sqlstate, v_frase = message_text;
            if api_status(v_estado, v_frase) is null then
                raise;
            end if;
            v_erros := v_erros || jsonb_strip_nulls(jsonb_build_object('linha', v_linha, 'detail', v_frase,
                'campo', (regexp_match(v_frase, '^([A-Za-z_-]+): '))[1]));
        end;
    end loop;
    return jsonb_build_object('salvos', jsonb_array_length(v_salvos), 'erros', v_erros, 'agendamentos', v_salvos);
end
$$;
grant execute on function api_agendamento_lote(jsonb, jsonb) to carteiro_api;
