-- erro_descrever: what a Graph error means, for people who read reports; null for null.
--
-- Meta's table of error codes of December 2025, those that a report shows in practice; any other
-- is named by its number.
create or replace function erro_descrever(codigo integer)
returns text
language sql immutable parallel safe
as $$
    select case
        when codigo is null then null
        when codigo = 130429 then 'limite de envios do número atingido'
        when codigo = 130472 then 'pessoa em um experimento da Meta: não recebe marketing'
        when codigo = 130497 then 'a conta não pode enviar para este país'
        when codigo = 131000 then 'falha da Meta, sem explicação'
        when codigo = 131005 then 'a Meta recusou o acesso'
        when codigo = 131008 then 'falta um campo na mensagem'
        when codigo = 131009 then 'um campo da mensagem é inválido'
        when codigo = 131021 then 'o destino é o próprio número'
        when codigo = 131026 then 'não entregue: o número não está no WhatsApp ou não pode receber'
        when codigo = 131030 then 'destino fora da lista de teste da conta'
        when codigo = 131031 then 'conta bloqueada pela Meta'
        when codigo = 131037 then 'nome do número ainda não aprovado'
        when codigo = 131042 then 'problema de pagamento da conta na Meta'
        when codigo = 131047 then 'janela de 24 h fechada: só modelo'
        when codigo = 131048 then 'número limitado pela Meta por denúncias ou bloqueios'
        when codigo = 131049 then 'a Meta limitou o marketing para esta pessoa'
        when codigo = 131050 then 'a pessoa pediu à Meta para não receber marketing'
        when codigo = 131051 then 'tipo de mensagem não aceito'
        when codigo = 131053 then 'arquivo de mídia não aceito'
        when codigo = 131056 then 'mensagens demais para a mesma pessoa'
        when codigo = 132000 then 'número de parâmetros do modelo errado'
        when codigo = 132001 then 'modelo não existe na Meta neste idioma'
        when codigo = 132005 then 'texto do modelo longo demais'
        when codigo = 132007 then 'modelo contra as regras da Meta'
        when codigo = 132012 then 'parâmetro do modelo em formato errado'
        when codigo = 132015 then 'modelo pausado pela Meta'
        when codigo = 132016 then 'modelo desativado pela Meta'
        when codigo = 133010 then 'número não registrado na Meta'
        when codigo in (131045, 133000, 133005, 133006, 133008, 133009, 133015, 133016)
            then 'cadastro do número na Meta com defeito'
        when codigo = 131057 then 'número em manutenção na Meta'
        when codigo = 131063 then 'marketing desligado nesta conta'
        when codigo = 131064 then 'limite da conta depois de modelos mal classificados'
        when codigo in (132068, 132069) then 'formulário do modelo bloqueado pela Meta'
        when codigo = 139200 then 'a Meta bloqueou o envio direto'
        when codigo = 33 then 'o número não existe mais na Meta, ou sem acesso a ele'
        when codigo = 368 then 'conta restringida pela Meta por violar as regras'
        when codigo in (0, 190) then 'token vencido ou inválido'
        when codigo in (3, 10) or codigo between 200 and 299 then 'falta uma permissão na Meta'
        when codigo in (4, 613, 80007) then 'limite de chamadas da conta na Meta'
        else 'erro ' || codigo || ' da Meta'
    end
$$;
grant execute on function erro_descrever(integer) to public;
