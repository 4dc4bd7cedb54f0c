# docker build -t cleaner .
# docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/data" cleaner run pages --output out
FROM python:3.12-slim AS build
COPY pyproject.toml README.md LICENSE /src/
COPY cleaner /src/cleaner
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist /src

FROM python:3.12-slim
COPY --from=build /dist /dist
# The rules are compiled here, once: the user of a container may not write where they are kept.
RUN pip install --no-cache-dir /dist/*.whl && rm -r /dist \
    && cd / && python -c 'from cleaner.strip import rules; [rules.load(name) for name in ("common", *rules.LANGUAGES)]'
RUN useradd --create-home cleaner
USER cleaner
WORKDIR /data
ENTRYPOINT ["cleaner"]
