-- (jsonb) -> (waba text, token_arquivo text, nome text, idioma text, pedido json)
select c.waba_id as waba, c.token_arquivo, m.nome, m.idioma,
    json_strip_nulls(json_build_object(
        'name', m.nome,
        'language', m.idioma,
        'category', upper(m.categoria),
        'parameter_format', case when m.nomeado then 'NAMED' end,
        'components', (select json_agg(x.parte order by x.n) from (values (1, json_strip_nulls(json_build_object(
            'type', 'BODY',
            'text', format(t.formato, variadic array(
                select '{{' || case when m.nomeado then k.chave else k.n::text end || '}}'
                from unnest(t.chaves) with ordinality as k (chave, n)
                order by k.n)),
            -- Meta's reviewers want to see one filled in
            'example', case
                when cardinality(t.chaves) > 0 and m.nomeado then
                json_build_object('body_text_named_params', array(
                    select json_build_object('param_name', k.chave,
                        'example', case k.chave when 'nome' then 'Maria' else initcap(k.chave) end)
                    from unnest(t.chaves) with ordinality as k (chave, n)
                    group by k.chave
                    order by min(k.n)))
                when cardinality(t.chaves) > 0 then
                json_build_object('body_text', json_build_array(array(
                    select case k.chave when 'nome' then 'Maria' else initcap(k.chave) end
                    from unnest(t.chaves) with ordinality as k (chave, n)
                    order by k.n))) end))),
            (2, case when cardinality(m.botoes) > 0 then json_build_object('type', 'BUTTONS', 'buttons', array(
                select json_build_object('type', 'QUICK_REPLY', 'text', b.rotulo)
                from unnest(m.botoes) with ordinality as b (rotulo, n)
                order by b.n)) end)) as x (n, parte)
            where x.parte is not null))) as pedido
from modelos m
join contas c on c.id = m.conta_id
join empresas e on e.id = m.empresa_id
cross join lateral texto_formato(m.corpo) as t
where case when $1 ->> 'nome' is null then m.situacao = 'rascunho' else m.nome = $1 ->> 'nome' end
  and e.id = empresa_resolver($1 ->> 'empresa')
order by m.nome, m.idioma
