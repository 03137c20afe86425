-- regra_texto_exigir: refuses a text of a rule that could not be sent. Raises 22023 that names `texto`.
--
-- Requests and summaries bring the values of their placeholders; elsewhere one that nobody could fill
-- is refused here.
create or replace function regra_texto_exigir(regra regras_followup, texto text)
returns void
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    conhecidas jsonb := '{"saudacao": 1}';
    chave text;
begin
    if texto !~ '\S' then
        raise exception 'texto: expected a text, found nothing' using errcode = '22023';
    end if;
    if length(texto) > 4096 then
        raise exception 'texto: expected at most 4096 characters (the Cloud API''s limit), found %', length(texto)
            using errcode = '22023';
    end if;
    if regra.gatilho = 'agendamento' then
        conhecidas := conhecidas || '{"hoje": 1, "data": 1, "hora": 1, "servico": 1, "profissional": 1, "pet": 1}';
    elsif regra.gatilho in ('pedido', 'proativa') then
        for chave in select (regexp_matches(texto, '\{([a-z][a-z0-9_]*)\}', 'g'))[1] loop
            conhecidas := conhecidas || jsonb_build_object(chave, 1);
        end loop;
    end if;
    perform campanha_chaves_exigir('texto', regra.empresa_id, texto, conhecidas);
end
$$;
