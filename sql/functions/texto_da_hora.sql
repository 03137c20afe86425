-- texto_da_hora: a text as it is read at `em`: {saudacao} by the person's clock; {hoje} (hoje, amanhã,
-- 23/11), {data} (23/11) and {hora} (14h, 14h30) by the company's, from `data` of metadata: a day or an
-- instant, without zone in the company's. The sender's last word: what stands in the queue stays absolute,
-- so that nobody reads amanhã on the day itself.
--
-- `mensagem` is waiting or being sent; `is_json`: the text is JSON and stays so. A `data` that is no date stands for itself; without any
-- only {saudacao} is filled.
create or replace function texto_da_hora(texto text, is_json boolean, mensagem uuid, em timestamptz)
returns text
language plpgsql stable
as $$
declare
    v_data text;
    v_pessoa text;
    v_empresa text;
    v_hora integer;
    v_quando timestamp;
    v_hoje date;
    v_dia text;
    pronto text := texto;
begin
    if texto !~ '\{(saudacao|hoje|data|hora)\}' then
        return texto;
    end if;
    select f.metadata ->> 'data', fuso_valido(c.fuso, f.empresa_id), e.fuso into v_data, v_pessoa, v_empresa
    from fila_ativa f
    join carteiro.empresas e on e.id = f.empresa_id
    left join carteiro.clientes c on c.id = f.cliente_id
    where f.id = mensagem;
    v_hora := extract(hour from em at time zone v_pessoa);
    pronto := replace(pronto, '{saudacao}',
        case when v_hora between 5 and 11 then 'bom dia' when v_hora between 12 and 17 then 'boa tarde' else 'boa noite' end);
    if v_data is null then
        return pronto;
    end if;

    v_quando := texto_quando(v_data, v_empresa);
    v_hoje := (em at time zone v_empresa)::date;
    v_dia := case when v_quando is not null then to_char(v_quando, 'DD/MM')
        when is_json then regexp_replace(to_json(v_data)::text, '^"|"$', '', 'g')
        else v_data end;
    pronto := replace(pronto, '{data}', v_dia);
    pronto := replace(pronto, '{hoje}',
        case v_quando::date - v_hoje when 0 then 'hoje' when 1 then 'amanhã' else v_dia end);
    if v_quando is not null and v_data ~ '[T ][0-9]' then
        pronto := replace(pronto, '{hora}', formato_hora(v_quando at time zone v_empresa, v_empresa));
    end if;
    return pronto;
end
$$;
