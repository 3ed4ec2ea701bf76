echo "ready 1.5"
while read line; do echo 0.25; done
