-- api_problem: the body of an error answer (RFC 9457): title, status, and where a field is to blame
-- (`campo: …` in the sentence) its name.
create or replace function api_problem(status integer, estado text, frase text)
returns text
language sql immutable parallel safe
as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'type', 'about:blank',
        'title', case api_problem.status
            when 400 then 'Bad Request' when 401 then 'Unauthorized' when 403 then 'Forbidden' when 404 then 'Not Found'
            when 405 then 'Method Not Allowed' when 409 then 'Conflict' when 422 then 'Unprocessable Content'
            else 'Error' end,
        'status', api_problem.status,
        'detail', frase,
        'campo', (regexp_match(frase, '^([A-Za-z_-]+): '))[1]))::text
$$;
grant execute on function api_problem(integer, text, text) to carteiro_gateway, carteiro_api;
