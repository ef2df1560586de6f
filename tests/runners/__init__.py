"""The action, the workflows and the GitLab template, run by `act` and `gitlab-ci-local`."""
