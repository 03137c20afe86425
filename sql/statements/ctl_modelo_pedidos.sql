-- (jsonb) -> (waba text, token_arquivo text, nome text, idioma text, pedido json)
select c.waba_id as waba, c.token_arquivo, m.nome, m.idioma,
    json_strip_nulls(json_build_object(
        'name', m.nome,
        'language', m.idioma,
        'category', upper(m.categoria),
        'parameter_format', case when m.nomeado then 'NAMED' end,
        'components', json_build_array(json_strip_nulls(json_build_object(
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
                    order by k.n))) end))))) as pedido
from modelos m
join contas c on c.id = m.conta_id
join empresas e on e.id = m.empresa_id
cross join lateral texto_formato(m.corpo) as t
where case when $1 ->> 'nome' is null then m.situacao = 'rascunho' else m.nome = $1 ->> 'nome' end
  and e.id = empresa_resolver($1 ->> 'empresa')
order by m.nome, m.idioma
