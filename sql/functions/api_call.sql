-- api_call: answers one HTTP request: finds the route, knows the key, becomes carteiro_api bound to the
-- key's company for the rest of the transaction, and calls the route's function. Run by
-- carteiro_gateway, one transaction a request; whoever calls it for a body that is not JSON text gives
-- what came.
--
-- `chave` is the bearer key, null without one; `consulta` the query as an object of texts;
-- `idempotencia` and `se_nenhum` the headers Idempotency-Key and If-None-Match. Of an error the detail
-- names the field (`campo`) and is RFC 9457's problem object. What is nobody's fault but ours is raised.
-- A file comes in pages: `seguinte` is what the query's parameter of that name asks the next with; null: it
-- was the last.
create or replace function api_call(chave text, metodo text, caminho text, consulta jsonb, corpo text,
    idempotencia text default null, se_nenhum text default null)
returns table (status integer, tipo text, cabecalhos text[], resposta text, seguinte text)
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_rota record;
    v_dona record;
    v_corpo jsonb;
    v_texto text;
    v_pedido bytea;
    v_antes record;
    v_etag text;
    v_metodo constant text := case api_call.metodo when 'HEAD' then 'GET' else api_call.metodo end; -- httpd leaves the body out
    v_estado text;
    v_frase text;
    v_coluna text;
    v_tabela text;
    v_regra text;
begin
    tipo := 'application/problem+json';
    cabecalhos := '{}';
    select * into v_rota from api_rota(v_metodo, caminho);
    if v_rota.funcao is null then
        status := case when v_rota.permitidos = '{}' then 404 else 405 end;
        cabecalhos := case when status = 405 then array['Allow: ' || replace(array_to_string(v_rota.permitidos, ', '), 'GET', 'GET, HEAD')] else '{}' end;
        resposta := api_problem(status, null, null);
        return next;
        return;
    end if;
    select * into v_dona from chave_usar(case when v_rota.papel is not null then chave end);
    if v_rota.papel is not null and v_dona.id is null or v_dona.papel = 'leitura' and v_rota.papel <> 'leitura' then
        status := case when v_dona.id is null then 401 else 403 end;
        cabecalhos := case status when 401 then array['WWW-Authenticate: Bearer'] else '{}' end;
        resposta := api_problem(status, null, case status
            when 403 then 'this key may only ask' else 'expected Authorization: Bearer with a key in force' end);
        return next;
        return;
    end if;

    perform set_config('carteiro.empresa_id', coalesce(v_dona.empresa_id::text, ''), true);
    perform set_config('timezone', coalesce(v_dona.fuso, 'UTC'), true);
    set local role carteiro_api;
    begin
        if v_rota.corpo is not null and btrim(coalesce(corpo, ''), E' \t\r\n') <> '' then
            begin
                v_corpo := corpo::jsonb;
            exception when others then
                raise exception 'body: not JSON, or there is \u0000 in it' using errcode = 'CT400';
            end;
        end if;
        perform api_validate(api_esquema(v_rota.corpo), v_corpo);
        perform api_validate_consulta(api_esquema(coalesce(v_rota.consulta, '')), consulta);
        if idempotencia is not null and v_metodo = 'POST' then
            if length(idempotencia) not between 1 and 200 then
                raise exception 'Idempotency-Key: expected 1 to 200 characters' using errcode = '22023';
            end if;
            v_pedido := sha256(convert_to(caminho || e'\n' || coalesce(v_corpo::text, ''), 'UTF8'));
            insert into chaves_idempotencia (empresa_id, chave, pedido)
            values (v_dona.empresa_id, idempotencia, v_pedido)
            on conflict do nothing;
            if not found then
                select k.pedido, k.status, k.resposta into v_antes
                from chaves_idempotencia k
                where k.empresa_id = v_dona.empresa_id and k.chave = idempotencia;
                if v_antes.pedido is distinct from v_pedido then
                    raise exception 'Idempotency-Key: used before with another request' using errcode = '22023';
                end if;
                status := v_antes.status;
                tipo := 'application/json';
                cabecalhos := '{Idempotency-Replayed: true}';
                resposta := v_antes.resposta;
                return next;
                return;
            end if;
        end if;
        execute format('select %I($1, $2)::text', v_rota.funcao) into v_texto
        using coalesce(consulta, '{}') || v_rota.valores, coalesce(v_corpo, '{}');
        status := v_rota.status;
        tipo := v_rota.tipo;
        resposta := v_texto;
        if v_pedido is not null then
            update chaves_idempotencia k
            set status = v_rota.status, resposta = v_texto
            where k.empresa_id = v_dona.empresa_id and k.chave = idempotencia;
        end if;
        if v_rota.tipo like 'text/csv%' then
            resposta := v_texto::jsonb ->> 'texto';
            seguinte := v_texto::jsonb ->> 'seguinte';
            cabecalhos := array['Content-Disposition: attachment; filename="' || (v_texto::jsonb ->> 'arquivo') || '"'];
        elsif v_metodo = 'GET' then
            v_etag := '"' || md5(resposta) || '"';
            cabecalhos := array['ETag: ' || v_etag, 'Cache-Control: private, no-cache'];
            -- one of a list, weak ones too: what is compressed on its way has such
            if se_nenhum = '*' or exists (select from regexp_matches(se_nenhum, '"[^"]*"', 'g') as m where m[1] = v_etag) then
                status := 304;
                resposta := '';
            end if;
        end if;
    exception when others then
        get stacked diagnostics v_estado = returned_sqlstate, v_frase = message_text, v_coluna = column_name,
            v_tabela = table_name, v_regra = constraint_name;
        status := api_status(v_estado, v_frase);
        if status is null then
            raise;
        end if;
        tipo := 'application/problem+json';
        cabecalhos := '{}';
        resposta := api_erro(status, v_estado, v_frase, v_coluna, v_tabela, v_regra);
    end;
    return next;
end
$$;
grant execute on function api_call(text, text, text, jsonb, text, text, text) to carteiro_gateway;
