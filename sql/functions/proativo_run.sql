-- proativo_run: a schedule fired: messages of this type for the owners of the company (null: of every
-- company), once for each occurrence. Returns {mensagens: n, avisos: [...]}.
--
-- Nothing is sent, and avisos says why, where a company has no owner who wants it (also a WARNING in
-- the server's log), nothing to say, the rule switched off, or the occurrence is too long ago. What it
-- says is of the day of the occurrence. custom_campaign is made by hand alone: 22023.
create or replace function proativo_run(tipo text, empresa uuid, ocorrencia timestamptz)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona record;
    dono donos;
    v record;
    v_chave constant text := to_char(ocorrencia at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    v_aviso text;
    v_avisos text[] := '{}';
    v_mensagens integer := 0;
    v_donos donos[];
begin
    if not coalesce(tipo = any (proativo_tipos()) and tipo <> 'custom_campaign', false) then
        raise exception 'tipo: expected %, found "%"', array_to_string(array_remove(proativo_tipos(), 'custom_campaign'), ', '), tipo
            using errcode = '22023';
    end if;
    for dona in
        select e.id, e.nome from empresas e where proativo_run.empresa is null or e.id = proativo_run.empresa order by e.id
    loop
        v_aviso := null;
        v_donos := array(select d from proativo_donos(dona.id, tipo) d);
        if cardinality(v_donos) = 0 then
            v_aviso := 'sem dono para receber: nada enviado';
            raise warning 'proativo_run: the company "%" has no owner for %: nothing sent', dona.nome, tipo;
        elsif not (regra_get(tipo, dona.id)).ativa then
            v_aviso := 'regra desativada';
        elsif proativo_limite(tipo, dona.id, ocorrencia) <= agora() then
            v_aviso := 'passou da hora: nada enviado';
        else
            v := proativo_conteudo(tipo, dona.id, ocorrencia);
            if v.conteudo is null then
                v_aviso := 'nada a dizer';
            else
                foreach dono in array v_donos loop
                    v_mensagens := v_mensagens
                        + ((proativo_plan(dono, tipo, v_chave, ocorrencia, v.conteudo, v.valores)).id is not null)::integer;
                end loop;
            end if;
        end if;
        v_avisos := v_avisos || (dona.nome || ': ' || v_aviso);
    end loop;
    return jsonb_build_object('mensagens', v_mensagens, 'avisos', to_jsonb(array_remove(v_avisos, null)));
end
$$;
