-- api_agendamento_lote: POST /agendamentos/lote: each row by itself: a wrong one does not stop the others.
-- {salvos, erros [{linha, campo, detail}], agendamentos [...]}, rows counted from 1.
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
    v_coluna text;
    v_tabela text;
    v_regra text;
    v_erro jsonb;
begin
    for v_item in select x from jsonb_array_elements(c -> 'agendamentos') x loop
        v_linha := v_linha + 1;
        begin
            perform api_validate(v_esquema, v_item);
            v_salvos := v_salvos || api_agendamento_salvar(p, v_item);
        exception when others then
            get stacked diagnostics v_estado = returned_sqlstate, v_frase = message_text, v_coluna = column_name,
                v_tabela = table_name, v_regra = constraint_name;
            if api_status(v_estado, v_frase) is null then
                raise;
            end if;
            v_erro := api_erro(422, v_estado, v_frase, v_coluna, v_tabela, v_regra)::jsonb;
            v_erros := v_erros || jsonb_build_object('linha', v_linha, 'detail', v_erro -> 'detail', 'campo', v_erro -> 'campo');
        end;
    end loop;
    return jsonb_build_object('salvos', jsonb_array_length(v_salvos), 'erros', v_erros, 'agendamentos', v_salvos);
end
$$;
grant execute on function api_agendamento_lote(jsonb, jsonb) to carteiro_api;
