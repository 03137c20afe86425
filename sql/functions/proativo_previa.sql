-- proativo_previa: what a message of this type would say now, and the figures of its short template;
-- writes nothing. conteudo is null, and aviso says so, when there is nothing to say.
--
-- The greeting names the first owner who would get it. The draft that custom_campaign makes is undone.
create or replace function proativo_previa(type text, data jsonb default null, empresa text default null)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(proativo_previa.empresa);
    v record;
    v_nome text;
    v_conteudo text;
    v_valores jsonb;
begin
    if not coalesce(proativo_previa.type = any (proativo_tipos()), false) then
        raise exception 'type: expected %, found "%"', array_to_string(proativo_tipos(), ', '), proativo_previa.type
            using errcode = '22023';
    end if;
    begin
        v := proativo_conteudo(proativo_previa.type, dona, agora(), proativo_previa.data);
        v_conteudo := v.conteudo;
        v_valores := v.valores;
        raise exception 'undone' using errcode = 'CT999';
    exception when sqlstate 'CT999' then
        null;
    end;
    select c.primeiro_nome into v_nome
    from proativo_donos(dona, proativo_previa.type) d
    join clientes c on c.id = d.cliente_id
    limit 1;
    return jsonb_build_object('type', proativo_previa.type,
        'conteudo', case when v_conteudo is not null then proativo_saudar(v_nome, v_conteudo) end,
        'parametros', v_valores,
        'aviso', case when v_conteudo is null then 'nada a dizer agora'
            when v_nome is null then 'a empresa não tem dono para receber' end);
end
$$;
grant execute on function proativo_previa(text, jsonb, text) to carteiro_ops_leitura, carteiro_ops_escrita;
