-- (jsonb) -> (linha json)
select to_json(r) as linha
from modelo_salvar(
    nome       => $1 ->> 'nome',
    corpo      => $1 ->> 'corpo',
    parametros => (
        select array_agg(p.nome order by p.ordem)
        from jsonb_array_elements_text($1 -> 'parametros') with ordinality as p (nome, ordem)),
    categoria  => $1 ->> 'categoria',
    idioma     => $1 ->> 'idioma',
    situacao   => $1 ->> 'situacao',
    conta      => $1 ->> 'conta',
    empresa    => $1 ->> 'empresa',
    nomeado    => ($1 ->> 'nomeado')::boolean) as r
