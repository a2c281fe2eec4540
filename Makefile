# Short names for what README and CONTRIBUTING describe; nothing here is needed
# to build or to test.
.PHONY: run sandbox test lint bench golden

run: ## the bot, with the settings of animo.toml and the environment
	go run ./bot run

sandbox: ## a local Discord and Slack with a page, no token needed
	go run ./bot sandbox

test: ## every test; those that want redis-server or chromium skip without
	go test ./...

lint: ## what CI checks, and more
	go vet ./...
	go run mvdan.cc/gofumpt@v0.12.0 -l .
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run

bench: ## every benchmark, once
	go test -run '^$$' -bench . -benchmem ./...

golden: ## writes the golden files and the example configuration anew; read the diff
	for p in $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -r -n1 dirname | sort -u); do go test $$p -update || exit 1; done
	ANIMO_UPDATE_EXAMPLE=1 go test ./bot/config
