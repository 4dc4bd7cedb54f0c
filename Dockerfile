# docker build -t cleaner .
# docker run --rm -v "$PWD:/data" cleaner run pages --output out
FROM python:3.12-slim
COPY . /src
RUN pip install --no-cache-dir /src && rm -r /src
RUN useradd --create-home cleaner
USER cleaner
WORKDIR /data
ENTRYPOINT ["cleaner"]
