-- Views that people read.

-- security_invoker: whoever reads it needs the rights, and meets the policies, of the tables below
create view interacoes with (security_invoker) as
select f.id, f.empresa_id, f.cliente_id, f.conversa_id, f.numero_id, 'saida' as direcao, f.tipo,
    f.conteudo, f.wamid, f.entrega, f.origem, f.origem_id, f.enviada_em as em
from fila_mensagens f
where f.status = 'enviada'
union all
select r.id, r.empresa_id, r.cliente_id, r.conversa_id, r.numero_id, 'entrada', r.tipo,
    r.conteudo, r.wamid, null, null, null, r.recebida_em
from mensagens_recebidas r;
comment on view interacoes is 'Messages out (the finished rows of fila_mensagens) and in (mensagens_recebidas).';
grant select on interacoes to carteiro_ops_leitura, carteiro_ops_escrita;
