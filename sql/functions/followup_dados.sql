-- followup_dados: a request's metadata with `data` as an instant: as given, without a zone in the
-- company's; left out, `padrao`, unless it says {hora} or {hoje} itself.
create or replace function followup_dados(metadata jsonb, padrao timestamptz, dona uuid)
returns jsonb
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    if metadata ->> 'data' is not null then
        begin
            return metadata || jsonb_build_object('data', instante_ler(metadata ->> 'data', dona::text));
        exception when others then
            raise exception 'metadata: "data" is an instant, such as 2026-12-01T09:00 or 2026-12-01T09:00-03:00'
                using errcode = '22023';
        end;
    end if;
    if padrao is null or metadata ?| array['hora', 'hoje'] then
        return metadata;
    end if;
    return metadata || jsonb_build_object('data', padrao);
end
$$;
