-- (integer, integer) -> (contatos integer, novos integer, atualizados integer, optout integer, sem_consentimento integer, recusas_mantidas integer)
select contatos, novos, atualizados, optout, sem_consentimento, recusas_mantidas
from cliente_importar_lote($1, $2)
